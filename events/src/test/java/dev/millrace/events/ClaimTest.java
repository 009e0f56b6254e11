package dev.millrace.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimTest {
    @Test
    void aClaimantHasItsSerialNumberInItsClientId() {
        assertThat(Claim.clientId("SN-1_a")).isEqualTo("claim-SN-1_a");
        // AWS IoT: 128 bytes
        assertThat(Claim.clientId("x".repeat(64)).length()).isLessThanOrEqualTo(128);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "SN 1", "SN/1", "SN#", "*", "${iot:ClientId}", "\n", "x2345678901234567890123456789012345678901234567890123456789012345"})
    void whatCannotBePartOfAClientIdIsNoSerialNumber(String serial) {
        assertThatIllegalArgumentException().isThrownBy(() -> Claim.clientId(serial)).withMessageContaining("serial number must match");
    }

    @Test
    void noThingIsNamedAsAClaimantIs() {
        assertThat(Claim.requireNoClaimant("truck-7")).isEqualTo("truck-7");
        assertThatIllegalArgumentException().isThrownBy(() -> Claim.requireNoClaimant("claim-SN-1"));
        assertThatIllegalArgumentException().isThrownBy(() -> Claim.requireNoClaimant("a b"));
    }
}
