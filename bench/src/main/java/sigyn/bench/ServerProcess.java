package sigyn.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the kernel knows of the measured server: CPU time and memory of one process.
record ServerProcess(long pid) {
    private static final double TICKS_PER_SECOND = 100;

    /// User and system time so far.
    double cpuSeconds() {
        String stat = read("stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    long residentMegabytes() {
        return kilobytes("VmRSS:") >> 10;
    }

    long peakResidentMegabytes() {
        return kilobytes("VmHWM:") >> 10;
    }

    private long kilobytes(String key) {
        for (String line : read("status").split("\n", -1)) {
            if (line.startsWith(key)) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }

    private String read(String file) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(pid), file));
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " has ended", e);
        }
    }
}
