package sigyn.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A Java process of its own with this module and its tests on the class path.
final class Fork implements AutoCloseable {
    private final Process process;
    private final StringBuffer soFar = new StringBuffer();
    private final CompletableFuture<String> out;
    private final CompletableFuture<String> err;

    private Fork(Process process) {
        this.process = process;
        out = CompletableFuture.supplyAsync(() -> lines(process.getInputStream()), Thread::startVirtualThread);
        err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), Thread::startVirtualThread);
    }

    /// @param first class path entries before all others
    static Fork start(
            List<String> jvm, Map<String, String> environment, List<String> first, Class<?> main, String... args)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.add("-cp");
        command.add(String.join(":", first) + ":" + classPath());
        command.add(main.getName());
        command.addAll(List.of(args));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("LOKI_"));
        builder.environment().putAll(environment);
        return new Fork(builder.start());
    }

    /// Class path of this module, its tests and whatever this process sees.
    static String classPath() {
        var own = Path.of("target", "test-classes").toAbsolutePath() + ":"
                + Path.of("target", "classes").toAbsolutePath();
        return own + ":" + System.getProperty("java.class.path");
    }

    Process process() {
        return process;
    }

    /// The exit status; fails when the process hangs.
    int await() throws InterruptedException {
        return await(120);
    }

    /// The exit status; fails after `seconds`.
    int await(int seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS))
            throw new AssertionError("still running after " + seconds + " s");
        return process.exitValue();
    }

    /// Waits until a line of standard output begins so.
    void awaitOut(String beginning) throws InterruptedException {
        long end = System.nanoTime() + 120_000_000_000L;
        synchronized (soFar) {
            while (!soFar.toString().contains("\n" + beginning)
                    && !soFar.toString().startsWith(beginning)) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0 || out.isDone()) throw new AssertionError("no '" + beginning + "' in:\n" + soFar + err());
                soFar.wait(Math.min(left, 100));
            }
        }
    }

    String out() {
        return out.join();
    }

    String err() {
        return err.join();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private String lines(InputStream in) {
        try (var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line; (line = reader.readLine()) != null; ) {
                synchronized (soFar) {
                    soFar.append(line).append('\n');
                    soFar.notifyAll();
                }
            }
        } catch (IOException e) {
            // The process was killed.
        }
        return soFar.toString();
    }

    private static String text(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
