package sigyn.testkit.disk;

import java.nio.file.Path;

/// A call of the file system: what, on which file, and the how many-th since the disk was made.
public record Call(Kind kind, Path path, long number) {
    public enum Kind {
        OPEN,
        CREATE,
        READ,
        MAP,
        WRITE,
        TRUNCATE,
        FORCE,
        FORCE_DIRECTORY,
        RENAME,
        DELETE,
        MAKE_DIRECTORY,
        LIST;

        /// True when the call may change what is on disk.
        public boolean changes() {
            return switch (this) {
                case OPEN, READ, MAP, LIST -> false;
                case CREATE, WRITE, TRUNCATE, FORCE, FORCE_DIRECTORY, RENAME, DELETE, MAKE_DIRECTORY -> true;
            };
        }
    }
}
