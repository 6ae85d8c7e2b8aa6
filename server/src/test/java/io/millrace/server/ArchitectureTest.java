package io.millrace.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.NullMarked;

/** The rules of ARCHITECTURE.md for the server, held against every class of it. */
@AnalyzeClasses(
    packages = "io.millrace.server",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String ROOT = "io.millrace.server.";

  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CYCLES =
      slices().matching(ROOT + "(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule DEPENDENCIES_POINT_DOWNWARDS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("shard")
          .definedBy(ROOT + "shard..")
          .layer("catalog")
          .definedBy(ROOT + "catalog..")
          .layer("producer")
          .definedBy(ROOT + "producer..")
          .layer("partition")
          .definedBy(ROOT + "partition..")
          .layer("group")
          .definedBy(ROOT + "group..")
          .layer("cursor")
          .definedBy(ROOT + "cursor..")
          .layer("tx")
          .definedBy(ROOT + "tx..")
          .layer("broker")
          .definedBy(ROOT + "broker..")
          .layer("net")
          .definedBy(ROOT + "net..")
          .layer("tls")
          .definedBy(ROOT + "tls..")
          .layer("doors")
          .definedBy(ROOT + "door..")
          .layer("boot")
          .definedBy(ROOT + "boot..")
          .layer("cli")
          .definedBy(ROOT + "cli..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("boot")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("doors")
          .mayOnlyBeAccessedByLayers("boot", "cli")
          .whereLayer("net")
          .mayOnlyBeAccessedByLayers("tls", "doors", "boot", "cli")
          .whereLayer("tls")
          .mayOnlyBeAccessedByLayers("boot")
          .whereLayer("broker")
          .mayOnlyBeAccessedByLayers("doors", "boot", "cli")
          .whereLayer("tx")
          .mayOnlyBeAccessedByLayers("broker", "doors", "boot")
          .whereLayer("cursor")
          .mayOnlyBeAccessedByLayers("tx", "broker", "doors", "boot")
          .whereLayer("group")
          .mayOnlyBeAccessedByLayers("broker", "doors", "boot")
          .whereLayer("partition")
          .mayOnlyBeAccessedByLayers("producer", "group", "cursor", "tx", "broker", "doors", "boot")
          .whereLayer("producer")
          .mayOnlyBeAccessedByLayers("cursor", "tx", "broker", "doors", "boot")
          .whereLayer("catalog")
          .mayOnlyBeAccessedByLayers(
              "partition", "producer", "group", "cursor", "tx", "broker", "doors", "boot", "cli");

  @ArchTest
  static final ArchRule DOORS_DO_NOT_SEE_EACH_OTHER =
      slices().matching(ROOT + "door.(*)..").should().notDependOnEachOther().allowEmptyShould(true);

  @ArchTest
  static final ArchRule NETTY_STAYS_AT_THE_DOORS =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "net..", ROOT + "tls..", ROOT + "door..", ROOT + "boot..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule INJECTION_IS_WHERE_THE_SERVER_IS_WIRED =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "boot..", ROOT + "door.admin..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jakarta.enterprise..", "jakarta.inject..", "org.jboss.weld..");

  @ArchTest
  static final ArchRule FILES_ARE_THE_ENGINES =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + "shard..",
              ROOT + "catalog..",
              ROOT + "producer..",
              ROOT + "partition..",
              ROOT + "group..",
              ROOT + "cursor..",
              ROOT + "tx..",
              ROOT + "broker..",
              ROOT + "door.kafka..",
              ROOT + "door.jms..",
              ROOT + "net..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.nio.file..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.File")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.nio.channels.FileChannel");

  private static final Set<String> CLOCKS_AND_CHANCE =
      Set.of(
          "java.lang.System.currentTimeMillis",
          "java.lang.System.nanoTime",
          "java.lang.Math.random",
          "java.lang.Thread.sleep",
          "java.time.Instant.now",
          "java.time.Clock.systemUTC",
          "java.util.UUID.randomUUID");

  private static final Set<String> MAKERS =
      Set.of(
          "java.lang.Thread.<init>",
          "java.util.Random.<init>",
          "java.security.SecureRandom.<init>",
          "java.util.Timer.<init>");

  private static final DescribedPredicate<JavaAccess<?>> WHAT_ONLY_THE_KERNEL_MAY =
      describe(
          "reads a clock, draws at random or starts a thread",
          access -> {
            String owner = access.getTargetOwner().getFullName();
            String target = owner + "." + access.getTarget().getName();
            return CLOCKS_AND_CHANCE.contains(target)
                || MAKERS.contains(target)
                || owner.equals(Executors.class.getName())
                || owner.equals(ThreadLocalRandom.class.getName());
          });

  @ArchTest
  static final ArchRule CLOCK_CHANCE_AND_THREADS_ARE_THE_KERNELS =
      noClasses()
          .that(
              DescribedPredicate.not(
                  resideInAnyPackage(ROOT + "cli..", ROOT + "boot..", ROOT + "door.admin..")))
          .should()
          .accessTargetWhere(WHAT_ONLY_THE_KERNEL_MAY);

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_LINE_WRITES_TO_THE_CONSOLE =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "cli..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .orShould()
          .callMethod(Throwable.class, "printStackTrace");

  @ArchTest
  static void everyPackageSaysWhatItIsForAndHasNoNulls(JavaClasses classes) {
    ConditionEvents events = ConditionEvents.Factory.create();
    Set<JavaPackage> packages = classes.getPackage("io.millrace.server").getSubpackagesInTree();
    for (JavaPackage each : packages) {
      boolean marked = each.getClasses().isEmpty() || each.isAnnotatedWith(NullMarked.class);
      events.add(
          new SimpleConditionEvent(
              each, marked, each.getName() + " lacks a @NullMarked package-info"));
    }
    if (events.containViolation()) {
      StringBuilder all = new StringBuilder();
      events.getViolating().forEach(event -> event.getDescriptionLines().forEach(all::append));
      throw new AssertionError(all.toString());
    }
  }
}
