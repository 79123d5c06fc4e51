package sigyn.server.telemetry;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.SummaryWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Quantiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.DoubleSupplier;

/// The process and the JVM under the names that dashboards made for Go programs read.
final class JvmMetrics {
    private static final Path STATM = Path.of("/proc/self/statm");
    private static final Path FDS = Path.of("/proc/self/fd");
    private static final int PAGE = 4096;

    void register(PrometheusRegistry registry) {
        var runtime = ManagementFactory.getRuntimeMXBean();
        var memory = ManagementFactory.getMemoryMXBean();
        gauge(
                registry,
                "process_start_time_seconds",
                "Start time of the process since unix epoch in seconds.",
                () -> runtime.getStartTime() / 1000.0);
        counter(
                registry,
                "process_cpu_seconds_total",
                "Total user and system CPU time spent in seconds.",
                () -> ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .map(d -> d.toNanos() / 1e9)
                        .orElse(0.0));
        gauge(registry, "process_resident_memory_bytes", "Resident memory size in bytes.", () -> statm(1));
        gauge(registry, "process_virtual_memory_bytes", "Virtual memory size in bytes.", () -> statm(0));
        gauge(registry, "process_open_fds", "Number of open file descriptors.", JvmMetrics::openFiles);
        gauge(
                registry,
                "go_memstats_heap_inuse_bytes",
                "Bytes of the heap that are in use.",
                () -> memory.getHeapMemoryUsage().getUsed());
        gauge(
                registry,
                "go_memstats_heap_sys_bytes",
                "Bytes of the heap that the system has given.",
                () -> memory.getHeapMemoryUsage().getCommitted());
        gauge(
                registry,
                "go_goroutines",
                "Number of platform threads.",
                () -> ManagementFactory.getThreadMXBean().getThreadCount());
        gauge(registry, "process_max_fds", "Maximum number of open file descriptors.", JvmMetrics::mostFiles);
        gauge(
                registry,
                "go_memstats_sys_bytes",
                "Bytes of heap and other memory that the virtual machine has from the system.",
                () -> memory.getHeapMemoryUsage().getCommitted()
                        + memory.getNonHeapMemoryUsage().getCommitted());
        gauge(
                registry,
                "go_threads",
                "Number of platform threads.",
                () -> ManagementFactory.getThreadMXBean().getThreadCount());
        SummaryWithCallback.builder()
                .name("go_gc_duration_seconds")
                .help("Time spent in garbage collection.")
                .callback(callback -> {
                    long count = 0;
                    double seconds = 0;
                    for (var gc : ManagementFactory.getGarbageCollectorMXBeans()) {
                        count += Math.max(0, gc.getCollectionCount());
                        seconds += Math.max(0, gc.getCollectionTime()) / 1000.0;
                    }
                    callback.call(count, seconds, Quantiles.EMPTY);
                })
                .register(registry);
    }

    private static void gauge(PrometheusRegistry registry, String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    private static void counter(PrometheusRegistry registry, String name, String help, DoubleSupplier value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    private static double statm(int field) {
        try {
            return Long.parseLong(Files.readString(STATM).split(" ")[field]) * (double) PAGE;
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    private static double mostFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.UnixOperatingSystemMXBean os
                ? os.getMaxFileDescriptorCount()
                : 0;
    }

    private static double openFiles() {
        try (var files = Files.list(FDS)) {
            return files.count();
        } catch (IOException e) {
            return 0;
        }
    }
}
