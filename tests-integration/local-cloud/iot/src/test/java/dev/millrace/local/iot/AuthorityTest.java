package dev.millrace.local.iot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorityTest {
    private static final String CERTIFICATE = "ab".repeat(32);

    @TempDir
    private Path directory;

    @Test
    void anActiveCertificateMayDoWhatItsPoliciesAllow() throws IOException {
        Authority authority = authority(Registry.Status.ACTIVE, "gone", "device");

        assertThat(authority.knows(CERTIFICATE)).isTrue();
        assertThat(authority.allows(CERTIFICATE, "truck-1", Operation.CONNECT, "truck-1")).isTrue();
        assertThat(authority.allows(CERTIFICATE, "truck-2", Operation.CONNECT, "truck-2")).isFalse();
    }

    @Test
    void anInactiveCertificateMayDoNothing() throws IOException {
        Authority authority = authority(Registry.Status.INACTIVE, "device");

        assertThat(authority.knows(CERTIFICATE)).isFalse();
        assertThat(authority.allows(CERTIFICATE, "truck-1", Operation.CONNECT, "truck-1")).isFalse();
    }

    @Test
    void anUnknownCertificateMayDoNothing() throws IOException {
        Authority authority = authority(Registry.Status.ACTIVE, "device");

        assertThat(authority.knows("")).isFalse();
        assertThat(authority.allows("cd".repeat(32), "truck-1", Operation.CONNECT, "truck-1")).isFalse();
    }

    @Test
    void aPolicyThatIsNotAttachedAllowsNothing() throws IOException {
        assertThat(authority(Registry.Status.ACTIVE).allows(CERTIFICATE, "truck-1", Operation.CONNECT, "truck-1")).isFalse();
    }

    private Authority authority(Registry.Status status, String... attached) throws IOException {
        Registry registry = Registry.open(directory.resolve("registry.json"));
        registry.put(List.of(new Registry.Entry("truck-1", CERTIFICATE, List.of(attached), status)));
        return new Authority("eu-west-1", "000000000000", registry, List.of(devicePolicy()));
    }

    private static Policy devicePolicy() throws JsonProcessingException {
        return Policy.parse("device", JsonMembers.MAPPER.readTree("""
                {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iot:Connect",
                 "Resource":"arn:aws:iot:eu-west-1:000000000000:client/${iot:Connection.Thing.ThingName}"}}"""));
    }
}
