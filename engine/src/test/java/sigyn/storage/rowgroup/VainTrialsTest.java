package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VainTrialsTest {
    @Test
    void whatDidNotPayIsTriedAgainAfterSomeRowGroups() {
        var trials = new VainTrials();
        int both = VainTrials.POOL | VainTrials.DICTIONARY;
        for (int round = 0; round < 3; round++) {
            assertThat(trials.of(7)).isZero();
            trials.add(7, VainTrials.POOL);
            trials.add(7, VainTrials.DICTIONARY);
            for (int i = 0; i < 8; i++) {
                assertThat(trials.of(7)).isEqualTo(both);
            }
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(trials.of(7)).as("after all of it paid").isZero();
        }
    }

    @Test
    void aColumnThatTakesThePlaceOfAnotherKnowsNothingOfIt() {
        var trials = new VainTrials();
        trials.add(7, VainTrials.POOL);
        long same = 7 + (1L << 45);
        assertThat(trials.of(same)).isZero();
        trials.add(same, VainTrials.DICTIONARY);
        assertThat(trials.of(same)).isEqualTo(VainTrials.DICTIONARY);
        assertThat(trials.of(7)).isZero();
    }
}
