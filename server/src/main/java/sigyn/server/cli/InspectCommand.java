package sigyn.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import sigyn.storage.DiskSearch;
import sigyn.storage.Inspection;

/// Prints files of the log store, whole or damaged, and proves deletions. Reads only; a server may be running.
@Command(
        name = "inspect",
        description = "Prints files of the log store, and finds text in all of them.",
        mixinStandardHelpOptions = true)
public final class InspectCommand {
    private static final int DAMAGED = 3;

    @CommandLine.Spec
    CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @FunctionalInterface
    private interface Printing {
        int print(Inspection inspection) throws IOException;
    }

    private int print(Printing printing) throws IOException {
        var out = spec.commandLine().getOut();
        int damages = printing.print(new Inspection(out));
        out.flush();
        return damages == 0 ? 0 : DAMAGED;
    }

    @Command(description = "A block: sections and their sizes, checksums, streams, templates.")
    int block(@Parameters(paramLabel = "FILE") Path file) throws IOException {
        return print(inspection -> inspection.block(file));
    }

    @Command(description = "A segment of the write-ahead log: records, checksums, torn ends.")
    int wal(@Parameters(paramLabel = "FILE") Path file) throws IOException {
        return print(inspection -> inspection.wal(file));
    }

    @Command(description = "A manifest: which blocks count, what is to be deleted.")
    int manifest(@Parameters(paramLabel = "FILE") Path file) throws IOException {
        return print(inspection -> inspection.manifest(file));
    }

    @Command(description = "The streams of a block, or of all blocks in a tenant's directory.")
    int streams(@Parameters(paramLabel = "FILE") Path file) throws IOException {
        return print(inspection -> inspection.streams(file));
    }

    @Command(
            description = {
                "Reads every byte of a data directory, as it stands and decoded, and prints where the text is.",
                "Exit code 0: found; 1: found nowhere; 3: found nowhere, but something could not be decoded."
            })
    int grep(
            @Parameters(paramLabel = "TEXT") String text,
            @Option(names = "--data", required = true, paramLabel = "DIR", description = "The data directory.")
                    Path data)
            throws IOException {
        var out = spec.commandLine().getOut();
        var result = DiskSearch.grep(text, data, out);
        out.printf(
                "%,d files, %,d bytes: %s%n",
                result.files(),
                result.bytes(),
                result.hits() == 0 ? "found nowhere" : "found in " + result.hits() + " places");
        out.flush();
        if (result.hits() > 0) {
            return 0;
        }
        return result.unread() == 0 ? 1 : DAMAGED;
    }
}
