package sigyn;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// Dependencies inside the engine point one way: `model, codec <- storage <- logql.exec`, and no packages form a cycle.
class ArrowsTest {
    private static final JavaClasses ENGINE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("sigyn");

    @Test
    void modelAndCodecKnowNobody() {
        noClasses()
                .that()
                .resideInAnyPackage("sigyn.model..", "sigyn.codec..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("sigyn.storage..", "sigyn.logql..")
                .check(ENGINE);
    }

    @Test
    void storageDoesNotKnowLogQl() {
        noClasses()
                .that()
                .resideInAPackage("sigyn.storage..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("sigyn.logql..")
                .check(ENGINE);
    }

    @Test
    void logQlUsesOnlyTheReadPortOfStorage() {
        noClasses()
                .that()
                .resideInAPackage("sigyn.logql..")
                .should()
                .dependOnClassesThat(resideInAPackage("sigyn.storage..")
                        .and(DescribedPredicate.not(resideInAPackage("sigyn.storage.port.."))))
                .allowEmptyShould(true)
                .check(ENGINE);
    }

    @Test
    void treesAndPlansDoNotKnowHowTheyRun() {
        noClasses()
                .that()
                .resideInAnyPackage("sigyn.logql.ast..", "sigyn.logql.parse..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("sigyn.logql.plan..", "sigyn.logql.exec..", "sigyn.storage..")
                .allowEmptyShould(true)
                .check(ENGINE);
    }

    @Test
    void engineKnowsNeitherHttpNorYamlNorKafka() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "sigyn.server..",
                        "org.eclipse.jetty..",
                        "io.grpc..",
                        "tools.jackson..",
                        "org.snakeyaml..",
                        "org.apache.kafka..",
                        "software.amazon..")
                .check(ENGINE);
    }

    @Test
    void noPackagesFormACycle() {
        slices().matching("sigyn.(**)").should().beFreeOfCycles().check(ENGINE);
    }
}
