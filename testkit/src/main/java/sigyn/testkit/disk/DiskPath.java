package sigyn.testkit.disk;

import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/// A name on a [FaultyDisk]; reckons like a path of the default file system.
record DiskPath(DiskFileSystem system, Path name) implements Path {
    static DiskPath of(Path path) {
        if (path instanceof DiskPath own) {
            return own;
        }
        throw new ProviderMismatchException(path.toString());
    }

    private DiskPath with(Path other) {
        return new DiskPath(system, other);
    }

    private @Nullable DiskPath withOrNull(@Nullable Path other) {
        return other == null ? null : with(other);
    }

    @Override
    public FileSystem getFileSystem() {
        return system;
    }

    @Override
    public boolean isAbsolute() {
        return name.isAbsolute();
    }

    @Override
    public @Nullable Path getRoot() {
        return withOrNull(name.getRoot());
    }

    @Override
    public @Nullable Path getFileName() {
        return withOrNull(name.getFileName());
    }

    @Override
    public @Nullable Path getParent() {
        return withOrNull(name.getParent());
    }

    @Override
    public int getNameCount() {
        return name.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return with(name.getName(index));
    }

    @Override
    public Path subpath(int from, int to) {
        return with(name.subpath(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        return other instanceof DiskPath own && name.startsWith(own.name);
    }

    @Override
    public boolean endsWith(Path other) {
        return other instanceof DiskPath own && name.endsWith(own.name);
    }

    @Override
    public Path normalize() {
        return with(name.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return with(name.resolve(of(other).name));
    }

    @Override
    public Path relativize(Path other) {
        return with(name.relativize(of(other).name));
    }

    @Override
    public URI toUri() {
        return URI.create("disk:" + name);
    }

    @Override
    public Path toAbsolutePath() {
        return with(Path.of("/").resolve(name));
    }

    @Override
    public Path toRealPath(LinkOption... options) {
        return toAbsolutePath().normalize();
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Path other) {
        return name.compareTo(of(other).name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DiskPath own && system == own.system && name.equals(own.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
