package sigyn.logql.exec;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import sigyn.model.SigynException;

/// Queries that are being answered: who asks the same as somebody else at the same time waits for that answer. The work
/// ends early only when nobody waits for it any more.
public final class Flights {
    /// Answers a query, stopping when `cancellation` says so.
    @FunctionalInterface
    public interface Work {
        QueryResult run(Cancellation cancellation) throws InterruptedException;
    }

    private static final class Flight {
        final CompletableFuture<QueryResult> answer = new CompletableFuture<>();
        final Cancellation cancellation;
        /// Guarded by the flight itself; none may come once all have left.
        private int waiting = 1;

        Flight(Cancellation cancellation) {
            this.cancellation = cancellation;
        }

        synchronized boolean join() {
            if (waiting == 0) {
                return false;
            }
            waiting++;
            return true;
        }

        void leave() {
            synchronized (this) {
                if (--waiting > 0) {
                    return;
                }
            }
            cancellation.cancel();
        }
    }

    private final ConcurrentHashMap<Object, Flight> flights = new ConcurrentHashMap<>();

    /// The answer of `work`, or of equal work that is under way.
    ///
    /// @param question equal for queries with equal answers
    /// @param own of the one who asks
    public QueryResult answer(Object question, Cancellation own, Work work) throws InterruptedException {
        while (true) {
            var mine = new Flight(own.sameDeadline());
            var other = flights.putIfAbsent(question, mine);
            if (other == null) {
                return lead(question, mine, own, work);
            }
            if (other.join()) {
                return follow(other, own);
            }
            flights.remove(question, other);
        }
    }

    private QueryResult lead(Object question, Flight flight, Cancellation own, Work work) throws InterruptedException {
        own.whenCancelled(flight::leave);
        try {
            var answer = work.run(flight.cancellation);
            flight.answer.complete(answer);
            return answer;
        } catch (Throwable t) {
            flight.answer.completeExceptionally(t);
            throw t;
        } finally {
            flights.remove(question, flight);
        }
    }

    private static QueryResult follow(Flight flight, Cancellation own) throws InterruptedException {
        var left = new CompletableFuture<QueryResult>();
        own.whenCancelled(() -> {
            flight.leave();
            left.completeExceptionally(new InterruptedException("nobody waits for the answer"));
        });
        try {
            return (QueryResult) CompletableFuture.anyOf(flight.answer, left).get();
        } catch (ExecutionException e) {
            own.check();
            switch (e.getCause()) {
                // Thrown anew, so that each has a stack of his own.
                case SigynException known -> throw new SigynException(known.kind(), known.getMessage() + "", known);
                case InterruptedException _ ->
                    throw new InterruptedException("the answer's own thread was interrupted");
                case RuntimeException known -> throw known;
                case Error known -> throw known;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }
}
