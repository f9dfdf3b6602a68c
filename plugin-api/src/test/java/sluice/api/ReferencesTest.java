package sluice.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;
import org.pf4j.ExtensionPoint;

/** What the contract may name, because a plugin that compiles against it needs that too. */
class ReferencesTest {

  private final JavaClasses api =
      new ClassFileImporter()
          .importUrl(ApiVersion.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void onlyTheProtocolPackageNamesNetty() {
    noClasses()
        .that()
        .resideOutsideOfPackage("sluice.api.protocol..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(api);
  }

  @Test
  void nothingIsNamedButTheJdkPf4jsMarkerAndNetty() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("sluice.api..", "java..", "javax.net..", "io.netty..", "org.pf4j")
        .check(api);
    noClasses()
        .should()
        .dependOnClassesThat(
            com.tngtech.archunit.base.DescribedPredicate.describe(
                "are PF4J's, other than its marker",
                type ->
                    type.getPackageName().startsWith("org.pf4j")
                        && !type.isEquivalentTo(ExtensionPoint.class)))
        .check(api);
  }

  @Test
  void thereAreNoCirclesBetweenItsPackages() {
    slices().matching("sluice.api.(*)..").should().beFreeOfCycles().check(api);
    noClasses()
        .that()
        .resideInAPackage("sluice.api")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("sluice.api.balance", "sluice.api.health", "sluice.api.protocol")
        .check(api);
  }
}
