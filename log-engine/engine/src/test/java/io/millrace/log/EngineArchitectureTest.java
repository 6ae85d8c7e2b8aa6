package io.millrace.log;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What may depend on what within the engine. */
@AnalyzeClasses(packages = "io.millrace", importOptions = ImportOption.DoNotIncludeTests.class)
class EngineArchitectureTest {

  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CYCLES =
      slices().matching("io.millrace.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule FILES_ARE_TOUCHED_BEHIND_ONE_SEAM =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.millrace.log.file")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.nio.file..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.nio.channels.FileChannel")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.File")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.RandomAccessFile");

  @ArchTest
  static final ArchRule THE_API_KNOWS_NO_IMPLEMENTATION =
      noClasses()
          .that()
          .resideInAPackage("io.millrace.log")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.millrace.log.file..", "io.millrace.log.local..");

  @ArchTest
  static final ArchRule THE_BATCH_FORMAT_STANDS_ALONE =
      classes()
          .that()
          .resideInAPackage("io.millrace.batch")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.millrace.batch", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule TIME_AND_CHANCE_COME_FROM_THE_KERNEL =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.millrace.kernel")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callConstructor(Thread.class, Runnable.class)
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.Random")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom");
}
