package io.millrace.jms.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules of ARCHITECTURE.md for the client. */
@AnalyzeClasses(packages = "io.millrace.jms", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule packagesFormNoCycles =
      slices().matching("io.millrace.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyTheTransportKnowsNetty =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.millrace.jms.transport")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule theTransportAndTheWireKnowNothingOfJms =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.millrace.jms.transport", "io.millrace.jms.runtime", "io.millrace.jms.wire..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jakarta.jms..");

  @ArchTest
  static final ArchRule threadsAreStartedInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.millrace.jms.runtime")
          .should()
          .callConstructor(Thread.class, Runnable.class, String.class)
          .orShould()
          .callConstructor(Thread.class, Runnable.class)
          .orShould()
          .callConstructor(Thread.class);

  @ArchTest
  static final ArchRule theWallClockIsReadInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.millrace.jms.runtime")
          .should()
          .callMethod(System.class, "currentTimeMillis");
}
