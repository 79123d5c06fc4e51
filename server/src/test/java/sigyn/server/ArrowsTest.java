package sigyn.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// Dependencies inside the server point one way, and each network library is known to one room only.
class ArrowsTest {
    private static final JavaClasses SERVER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("sigyn.server");

    @Test
    void onlyTheHttpRoomKnowsJetty() {
        noClasses()
                .that()
                .resideOutsideOfPackage("sigyn.server.http..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jetty..")
                .check(SERVER);
    }

    @Test
    void onlyTheGrpcRoomKnowsGrpc() {
        noClasses()
                .that()
                .resideOutsideOfPackage("sigyn.server.grpc..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.grpc..")
                .check(SERVER);
    }

    @Test
    void kafkaAndS3StayInsideTheCluster() {
        noClasses()
                .that()
                .resideOutsideOfPackage("sigyn.server.cluster..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "software.amazon..")
                .check(SERVER);
    }

    @Test
    void dashboardsTalkToLogsOnlyOverHttp() {
        noClasses()
                .that()
                .resideInAPackage("sigyn.server.dashboards..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("sigyn.storage..", "sigyn.server.api..", "sigyn.server.ingest..")
                .allowEmptyShould(true)
                .check(SERVER);
    }

    @Test
    void httpKnowsNobodyAbove() {
        noClasses()
                .that()
                .resideInAPackage("sigyn.server.http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "sigyn.server.api..",
                        "sigyn.server.ingest..",
                        "sigyn.server.dashboards..",
                        "sigyn.server.auth..",
                        "sigyn.storage..",
                        "sigyn.logql..")
                .check(SERVER);
    }

    @Test
    void nobodyUsesTransitiveGuava() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.common..")
                .check(SERVER);
    }

    @Test
    void noPackagesFormACycle() {
        slices().matching("sigyn.server.(**)").should().beFreeOfCycles().check(SERVER);
    }
}
