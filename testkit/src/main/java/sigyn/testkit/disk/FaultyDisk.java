package sigyn.testkit.disk;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A disk that keeps apart what programs see and what a power cut would leave. Content is durable after the file's
/// sync, names after the directory's; of everything else a power cut keeps what it likes.
///
/// Faults are asked for call by call with [#faults]. After [Fault#POWER_CUT] every call fails; [#afterPowerCut] is the
/// disk that the next process finds.
public final class FaultyDisk {
    /// A change of names. `directory` is the one whose sync makes it durable.
    private static final class Naming {
        final @Nullable Path gone;
        final @Nullable Path made;
        final DiskFile file;
        boolean durable;

        Naming(@Nullable Path gone, @Nullable Path made, DiskFile file) {
            this.gone = gone;
            this.made = made;
            this.file = file;
        }

        boolean concerns(Path directory) {
            return gone != null && directory.equals(gone.getParent())
                    || made != null && directory.equals(made.getParent());
        }

        void apply(Map<Path, DiskFile> names) {
            if (gone != null) {
                names.remove(gone, file);
            }
            if (made != null) {
                names.put(made, file);
            }
        }
    }

    private final DiskFileSystem system = new DiskFileSystem(this);
    private final Path root = system.getPath("/");
    /// Guarded by this, as is everything below.
    private final TreeMap<Path, DiskFile> names = new TreeMap<>();

    private final List<Naming> namings = new ArrayList<>();
    private Function<Call, Fault> faults = _ -> Fault.NONE;
    private long calls;
    private long capacity = Long.MAX_VALUE;
    private boolean off;

    public FaultyDisk() {
        names.put(root, new DiskFile(true, new byte[0]));
    }

    public Path root() {
        return root;
    }

    /// From now on `decide` says what becomes of each call. It runs under the disk's lock.
    public synchronized void faults(Function<Call, Fault> decide) {
        faults = decide;
    }

    /// From now on the disk holds so many bytes.
    public synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    public synchronized long calls() {
        return calls;
    }

    /// Bytes in files.
    public synchronized long used() {
        long sum = 0;
        for (var file : names.values()) {
            sum += file.size();
        }
        return sum;
    }

    public synchronized boolean isOff() {
        return off;
    }

    public synchronized void powerCut() {
        off = true;
    }

    /// What the power cut left.
    public synchronized FaultyDisk afterPowerCut(RandomGenerator random) {
        var left = new TreeMap<Path, DiskFile>();
        left.put(root, names.get(root));
        int mode = random.nextInt(4);
        int prefix = namings.isEmpty() ? 0 : random.nextInt(namings.size() + 1);
        var prefixOf = new HashMap<Path, Integer>();
        for (int i = 0; i < namings.size(); i++) {
            var naming = namings.get(i);
            boolean survives = switch (mode) {
                case 0 -> false;
                case 1 -> true;
                case 2 -> i < prefix;
                default -> {
                    Path path = naming.made != null ? naming.made : naming.gone;
                    int n = namings.size();
                    yield path != null
                            && i < prefixOf.computeIfAbsent(path.resolveSibling(""), _ -> random.nextInt(n + 1));
                }
            };
            if (naming.durable || survives) {
                naming.apply(left);
            }
        }
        var disk = new FaultyDisk();
        left.forEach((path, file) -> {
            if (!path.equals(root)) {
                byte[] content = file.directory ? new byte[0] : file.afterPowerCut(random);
                disk.names.put(disk.system.getPath(path.toString()), new DiskFile(file.directory, content));
            }
        });
        disk.names.keySet().removeIf(path -> !disk.reachable(path));
        for (var entry : disk.names.entrySet()) {
            if (!entry.getKey().equals(disk.root)) {
                var naming = new Naming(null, entry.getKey(), entry.getValue());
                naming.durable = true;
                disk.namings.add(naming);
            }
        }
        return disk;
    }

    private boolean reachable(Path path) {
        for (Path at = path.getParent(); at != null; at = at.getParent()) {
            var file = names.get(at);
            if (file == null || !file.directory) {
                return false;
            }
        }
        return true;
    }

    /// Counts a call and lets it fail if it is to.
    private Fault enter(Call.Kind kind, Path path) throws IOException {
        if (off) {
            throw new FileSystemException(path.toString(), null, "the power is off");
        }
        var fault = faults.apply(new Call(kind, path, calls++));
        switch (fault) {
            case POWER_CUT -> off = true;
            case FAIL -> {
                if (kind != Call.Kind.FORCE) {
                    throw failure(path);
                }
            }
            case NONE, SHORT, PART -> {}
        }
        return fault;
    }

    private static IOException failure(Path path) {
        return new FileSystemException(path.toString(), null, "Input/output error");
    }

    private void leave(Fault fault, Path path) throws IOException {
        if (fault == Fault.POWER_CUT) {
            throw new FileSystemException(path.toString(), null, "the power went off");
        }
    }

    private DiskFile existing(Path path) throws IOException {
        var file = names.get(path);
        if (file == null) {
            throw new NoSuchFileException(path.toString());
        }
        return file;
    }

    synchronized DiskFile file(Path path) throws IOException {
        if (off) {
            throw failure(path);
        }
        return existing(path);
    }

    synchronized DiskFile open(Path path, boolean create, boolean createNew, boolean truncate) throws IOException {
        var found = names.get(path);
        if (found != null && createNew) {
            throw new FileAlreadyExistsException(path.toString());
        }
        var fault = enter(found == null && (create || createNew) ? Call.Kind.CREATE : Call.Kind.OPEN, path);
        if (found == null) {
            if (!create && !createNew) {
                throw new NoSuchFileException(path.toString());
            }
            Path parent = path.getParent();
            if (parent == null || !existing(parent).directory) {
                throw new NoSuchFileException(path.toString());
            }
            found = new DiskFile(false, new byte[0]);
            name(new Naming(null, path, found));
        } else if (truncate && found.size() > 0) {
            found.resize(0);
        }
        leave(fault, path);
        return found;
    }

    private void name(Naming naming) {
        naming.apply(names);
        namings.add(naming);
    }

    synchronized void createDirectory(Path path) throws IOException {
        if (names.containsKey(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        Path parent = path.getParent();
        if (parent == null || !names.containsKey(parent)) {
            throw new NoSuchFileException(path.toString());
        }
        var fault = enter(Call.Kind.MAKE_DIRECTORY, path);
        name(new Naming(null, path, new DiskFile(true, new byte[0])));
        leave(fault, path);
    }

    synchronized void delete(Path path) throws IOException {
        var file = existing(path);
        if (file.directory && names.keySet().stream().anyMatch(p -> path.equals(p.getParent()))) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        var fault = enter(Call.Kind.DELETE, path);
        name(new Naming(path, null, file));
        leave(fault, path);
    }

    synchronized void move(Path from, Path to) throws IOException {
        var file = existing(from);
        var fault = enter(Call.Kind.RENAME, to);
        name(new Naming(from, to, file));
        leave(fault, to);
    }

    synchronized List<Path> list(Path directory) throws IOException {
        leave(enter(Call.Kind.LIST, directory), directory);
        existing(directory);
        return names.keySet().stream()
                .filter(p -> directory.equals(p.getParent()))
                .toList();
    }

    synchronized int read(Path path, DiskFile file, long at, byte[] into, int length) throws IOException {
        leave(enter(Call.Kind.READ, path), path);
        return file.read(at, into, 0, length);
    }

    synchronized byte[] map(Path path, DiskFile file) throws IOException {
        leave(enter(Call.Kind.MAP, path), path);
        return file.content();
    }

    /// Returns how many bytes were taken.
    synchronized int write(Path path, DiskFile file, long at, byte[] bytes) throws IOException {
        var fault = enter(Call.Kind.WRITE, path);
        int length = fault == Fault.NONE || bytes.length == 0 ? bytes.length : bytes.length / 2;
        long room = capacity - used() + Math.max(0, file.size() - at);
        boolean full = room < length;
        length = (int) Math.max(0, Math.min(length, room));
        if (length > 0) {
            file.write(at, java.util.Arrays.copyOf(bytes, length));
        }
        leave(fault, path);
        if (fault == Fault.PART) {
            throw failure(path);
        }
        if (full && length == 0) {
            throw new FileSystemException(path.toString(), null, "No space left on device");
        }
        return length;
    }

    synchronized void truncate(Path path, DiskFile file, long size) throws IOException {
        var fault = enter(Call.Kind.TRUNCATE, path);
        if (size < file.size()) {
            file.resize(size);
        }
        leave(fault, path);
    }

    synchronized void force(Path path, DiskFile file) throws IOException {
        var fault = enter(file.directory ? Call.Kind.FORCE_DIRECTORY : Call.Kind.FORCE, path);
        if (fault == Fault.FAIL) {
            file.loseUnsynced();
            throw failure(path);
        }
        leave(fault, path);
        if (file.directory) {
            for (var naming : namings) {
                naming.durable |= naming.concerns(path);
            }
        } else {
            file.sync();
        }
    }
}
