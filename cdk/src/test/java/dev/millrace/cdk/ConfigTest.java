package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.events.DeviceType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
    private static Map<String, Object> valid() {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("@aws-cdk/core:stackRelativeExports", true);
        context.put("aws:cdk:enable-path-metadata", true);
        context.put("cli-telemetry", false);
        context.put("environment", "dev");
        context.put("shards", 2);
        context.put("streamRetentionHours", 168);
        context.put("ingestBatchSize", 1000);
        context.put("ingestWindowSeconds", 1);
        context.put("archiveBatchSize", 10000);
        context.put("archiveWindowSeconds", 60);
        context.put("ledgerIntervalsMax", 32);
        context.put("ledgerEpochsMax", 1);
        context.put("sweepMinutes", 15);
        context.put("timestreamMemoryHours", 24);
        context.put("timestreamMagneticDays", 365);
        context.put("compactionMinutes", 30);
        context.put("landingDays", 14);
        context.put("completenessMinutes", 20);
        context.put("resendReadingsMax", 700);
        context.put("queryScanMegabytesMax", 5000);
        context.put("workers", 7);
        context.put("alarmEmail", "pager@example.com");
        context.put("hotStore", "none");
        context.put("compute", "worker");
        context.put("streamMode", "on-demand");
        context.put("removalPolicy", "destroy");
        context.put("deletionProtection", false);
        context.put("logRetentionDays", 7);
        context.put("deviceTypes", "truck,machine");
        context.put("customerKey", true);
        context.put("functionZips", "zips");
        context.put("workerContainer", "container");
        return context;
    }

    private static Map<String, Object> with(String key, Object value) {
        Map<String, Object> context = valid();
        context.put(key, value);
        return context;
    }

    @Test
    void everyKeyReachesItsOwnField() {
        assertThat(Config.from(valid())).isEqualTo(new Config("dev", 2, 168, 1000, 1, 10_000, 60, 32, 1, 15, 24, 365, 30, 14, 20, 700, 5000, 7, "pager@example.com",
                false, true, true, false, false, 7, List.of("truck", "machine"), "true", Path.of("zips"), Path.of("container")));
    }

    @Test
    void aNumberMayComeAsTextOrAsWholeDouble() {
        assertThat(Config.from(with("shards", "3")).shards()).isEqualTo(3);
        assertThat(Config.from(with("shards", 3.0)).shards()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
            "shards, 1, 200",
            "streamRetentionHours, 24, 8760",
            "ingestBatchSize, 1, 10000",
            "ingestWindowSeconds, 0, 300",
            "archiveBatchSize, 1, 10000",
            "archiveWindowSeconds, 0, 300",
            "ledgerIntervalsMax, 2, 512",
            "ledgerEpochsMax, 1, 16",
            "sweepMinutes, 1, 1440",
            "timestreamMemoryHours, 1, 8766",
            "timestreamMagneticDays, 1, 73000",
            "compactionMinutes, 5, 1440",
            "landingDays, 1, 3650",
            "completenessMinutes, 5, 1440",
            "resendReadingsMax, 0, 1000000",
            "queryScanMegabytesMax, 10, 100000000"})
    void theBoundsAreInAndWhatLiesBeyondIsRefusedByName(String key, int min, int max) {
        assertThat(Config.from(with(key, min))).isNotNull();
        assertThat(Config.from(with(key, max))).isNotNull();
        String expected = key + " must be a whole number from " + min + " to " + max + ": ";
        assertRefused(with(key, min - 1), expected + "'" + (min - 1) + "'");
        assertRefused(with(key, max + 1), expected + "'" + (max + 1) + "'");
        assertRefused(with(key, "many"), expected + "'many'");
        assertRefused(with(key, 2.5), expected + "'2.5'");
        assertRefused(with(key, ""), expected + "''");
        Map<String, Object> missing = valid();
        missing.remove(key);
        assertRefused(missing, expected + "null");
    }

    @Test
    void boundsThatDoNotFitIntoAStateTogetherAreRefused() {
        Map<String, Object> context = with("ledgerIntervalsMax", 512);
        context.put("ledgerEpochsMax", 2);

        assertRefused(context, "ledgerIntervalsMax and ledgerEpochsMax must fit into a state together: '512' and '2' "
                + "(2 ledgers of 512 intervals and 330000 bytes of panes may take 350668 bytes, a state has 350000)");
    }

    @ParameterizedTest
    @CsvSource({"Dev", "1dev", "my-dev", "dev_1", "abcdefghijklmnopq"})
    void anEnvironmentThatDoesNotFitIntoEveryNameIsRefused(String environment) {
        assertRefused(with("environment", environment), "environment must match [a-z][a-z0-9]{0,15}: '" + environment + "'");
    }

    @Test
    void theEnvironmentIsText() {
        assertRefused(with("environment", 7), "environment must be text that matches [a-z][a-z0-9]{0,15}: '7'");
        assertRefused(with("environment", " "), "environment must be text that matches [a-z][a-z0-9]{0,15}: ' '");
    }

    @ParameterizedTest
    @CsvSource({"shard", "millrace.shards", "Shards", "retention"})
    void anUnknownKeyIsRefusedWithTheKeysThatThereAre(String key) {
        assertRefused(with(key, 1), "unknown setting '" + key + "', expected one of environment, shards, streamRetentionHours, ingestBatchSize, "
                + "ingestWindowSeconds, archiveBatchSize, archiveWindowSeconds, ledgerIntervalsMax, ledgerEpochsMax, sweepMinutes, "
                + "timestreamMemoryHours, timestreamMagneticDays, compactionMinutes, landingDays, completenessMinutes, resendReadingsMax, queryScanMegabytesMax, workers, alarmEmail, hotStore, compute, streamMode, "
                + "removalPolicy, deletionProtection, logRetentionDays, deviceTypes, customerKey, functionZips, workerContainer");
    }

    @ParameterizedTest
    @CsvSource({"pager", "pager@", "@example.com", "pager@example", "a b@example.com", "pager@example.com.", "null"})
    void anAlarmAddressIsAMailAddressOrEmpty(String address) {
        assertRefused(with("alarmEmail", address), "alarmEmail must be empty or a mail address: '" + address + "'");
        assertThat(Config.from(with("alarmEmail", "")).alarmEmail()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"hotStore|timestream, none", "compute|lambda, worker", "streamMode|provisioned, on-demand", "removalPolicy|retain, destroy",
            "deletionProtection|true, false",
            "logRetentionDays|1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653"})
    void aSettingThatIsAWordIsOneOfThoseThatThereAre(String key, String words) {
        for (String wrong : List.of("", "None", "0", "4", "yes")) {
            assertRefused(with(key, wrong), "%s must be one of %s: '%s'".formatted(key, words, wrong));
        }
        Map<String, Object> missing = valid();
        missing.remove(key);
        assertRefused(missing, "%s must be one of %s: null".formatted(key, words));
    }

    @Test
    void whatIsToGoWithItsStackCannotBeProtectedFromGoing() {
        assertRefused(with("deletionProtection", true), "deletionProtection must be false if removalPolicy is destroy: 'true'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"lorry", "truck,", "truck,truck", "truck, machine", "Truck"})
    void deviceTypesAreSomeOfThoseShippedEachOnce(String types) {
        assertRefused(with("deviceTypes", types), "deviceTypes must be some of environment,machine,truck, each once: '%s'".formatted(types));
    }

    @Test
    void deviceTypesAreText() {
        assertRefused(with("deviceTypes", ""), "deviceTypes must be some of environment,machine,truck, each once: ''");
        assertRefused(with("deviceTypes", 7), "deviceTypes must be some of environment,machine,truck, each once: '7'");
        assertThat(Config.from(valid()).types()).extracting(DeviceType::name).containsExactly("machine", "truck");
    }

    @ParameterizedTest
    @CsvSource({"yes", "alias/mine", "arn:aws:kms:eu-west-1:123456789012:alias/mine", "arn:aws:kms:eu-west-1:1234:key/0d0c5b5e-2f4a-4a9d-8c3b-1f2e3d4c5b6a", "null"})
    void aKeyIsMadeOrNamedByItsArn(String key) {
        assertRefused(with("customerKey", key), "customerKey must be true, false or the ARN of a KMS key: '" + key + "'");
        String arn = "arn:aws:kms:eu-west-1:123456789012:key/0d0c5b5e-2f4a-4a9d-8c3b-1f2e3d4c5b6a";
        assertThat(Config.from(with("customerKey", arn)).customerKey()).isEqualTo(arn);
    }

    @Test
    void aMissingZipIsNamed(@TempDir Path directory) throws Exception {
        Config config = Config.from(with("functionZips", directory.toString()));
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> config.functionZip("ingest"))
                .withMessage("functionZips must be the directory of the functions' zips: there is no file " + directory.resolve("ingest-lambda.zip"));

        Path zip = Files.createFile(directory.resolve("ingest-lambda.zip"));

        assertThat(config.functionZip("ingest")).isEqualTo(zip);
    }

    @Test
    void namesCarryTheEnvironmentInTheSpellingOfTheirService() {
        Config config = Config.from(with("environment", "prod2"));

        assertThat(config.ruleName()).isEqualTo("millrace_prod2_telemetry");
        assertThat(config.noticesRuleName()).isEqualTo("millrace_prod2_notices");
        assertThat(config.devicePolicyName()).isEqualTo("millrace-prod2-device");
        assertThat(config.timestreamDatabase()).isEqualTo("millrace-prod2");
        assertThat(config.glueDatabase()).isEqualTo("millrace_prod2");
        assertThat(config.workgroup()).isEqualTo("millrace-prod2");
    }

    private static void assertRefused(Map<String, Object> context, String message) {
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> Config.from(context)).withMessage(message);
    }
}
