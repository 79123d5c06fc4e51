package sigyn.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AddressRangeTest {
    @Test
    void rangesOfBothFamilies() {
        assertThat(AddressRange.contains("10.0.0.0/8", "10.200.3.4")).isTrue();
        assertThat(AddressRange.contains("10.0.0.0/8", "11.0.0.1")).isFalse();
        assertThat(AddressRange.contains("10.0.0.7", "10.0.0.7")).isTrue();
        assertThat(AddressRange.contains("10.0.0.7", "10.0.0.8")).isFalse();
        assertThat(AddressRange.contains("fd00::/8", "[fd12::1]")).isTrue();
        assertThat(AddressRange.contains("fd00::/8", "fe80::1")).isFalse();
        assertThat(AddressRange.contains("10.0.0.0/8", "::1")).isFalse();
    }

    @Test
    void nonsenseContainsNothing() {
        for (String range : new String[] {"", "localhost", "10.0.0.0/x", "10.0.0.0/33", "10.0.0.0/-1", "a.b", "."}) {
            assertThat(AddressRange.contains(range, "10.0.0.1")).as(range).isFalse();
        }
    }
}
