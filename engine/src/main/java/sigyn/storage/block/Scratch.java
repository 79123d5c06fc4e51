package sigyn.storage.block;

import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/// Large working memory that is used again while there is much to do, and left to the garbage collector when there is
/// not: what nobody uses is gone after its next marking.
public final class Scratch<T> {
    private final Supplier<T> make;
    private final ConcurrentLinkedQueue<WeakReference<T>> free = new ConcurrentLinkedQueue<>();

    public Scratch(Supplier<T> make) {
        this.make = make;
    }

    public T take() {
        for (WeakReference<T> kept; (kept = free.poll()) != null; ) {
            T scratch = kept.get();
            if (scratch != null) {
                return scratch;
            }
        }
        return make.get();
    }

    public void giveBack(T scratch) {
        free.add(new WeakReference<>(scratch));
    }
}
