package sigyn.client;

/// How often a test repeats itself: once or a few times in the normal run, `-Dclient.rounds=100` for the long form.
final class Rounds {
    private Rounds() {}

    static int of(int quick) {
        return Integer.getInteger("client.rounds", quick);
    }
}
