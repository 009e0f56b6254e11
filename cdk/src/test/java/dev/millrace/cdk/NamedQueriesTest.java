package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.LakeLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamedQueriesTest {
    private static final String VALID = """
            -- title: Last position of each truck
            -- description: Where each truck was,
            --   and when.
            -- reads: truck, quarantine, 2 days
            -- scans at most: 24 bytes a reading
            SELECT thing
            FROM truck
            WHERE taken_at >= current_timestamp - INTERVAL '1' DAY  -- look back
            """;

    private final JsonNode template = Synth.templates().state();

    @Test
    void everyShippedQueryIsSavedInTheWorkgroupWithItsWholeText() throws Exception {
        List<String> names = new ArrayList<>();
        for (JsonNode query : Read.properties(template, "AWS::Athena::NamedQuery")) {
            String name = query.get("Name").asText();
            names.add(name);
            assertThat(Read.text(query.get("Database"), template)).isEqualTo("<LakeCatalogDatabase>");
            assertThat(Read.text(query.get("WorkGroup"), template)).isEqualTo("<AnalystsWorkgroup>");
            try (var file = NamedQueriesTest.class.getResourceAsStream("queries/" + name + ".sql")) {
                assertThat(query.get("QueryString").asText()).isEqualTo(new String(file.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        assertThat(names).hasSize(16).doesNotHaveDuplicates().containsAll(QueryFiles.shipped().stream().map(QueryFile::name).toList());
    }

    /// Else a new type would be missing from them, and nobody would see it.
    @Test
    void aQueryOfSeveralTypesLeavesNoneOut() {
        List<DeviceType> types = List.copyOf(DeviceTypes.shipped().all());
        int ofSeveral = 0;
        for (Function<DeviceType, String> table : List.<Function<DeviceType, String>>of(LakeLayout::readingsTable, type -> type.name() + "_landing")) {
            List<String> all = types.stream().map(table).toList();
            for (QueryFile query : QueryFiles.shipped()) {
                List<String> read = query.tables().stream().filter(all::contains).toList();
                if (read.size() > 1) {
                    ofSeveral++;
                    assertThat(read).as(query.name()).containsExactlyInAnyOrderElementsOf(all);
                    types.forEach(type -> assertThat(query.text()).contains("'%s'".formatted(type.name()), "FROM " + table.apply(type)));
                }
            }
        }
        assertThat(ofSeveral).isEqualTo(3);
    }

    @Test
    void theHeadTellsWhatTheQueryIsFor() {
        QueryFile query = QueryFile.parse("last_position", VALID);

        assertThat(query.title()).isEqualTo("Last position of each truck");
        assertThat(query.description()).isEqualTo("Where each truck was, and when.");
        assertThat(query.tables()).containsExactly("truck", "quarantine");
        assertThat(query.days()).isEqualTo(2);
        assertThat(query.text()).isEqualTo(VALID);
        assertThat(query.athenaDescription()).isEqualTo("Last position of each truck. Where each truck was, and when. "
                + "Reads truck, quarantine of 2 days, at most 24 bytes a reading.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            -- title: Last position of each truck    | -- Title: x               | expected a line '-- title: …', came: '-- Title: x'
            -- title: Last position of each truck    | `-- title:  `             | expected a line '-- title: …', came: '-- title:  '
            -- reads: truck, quarantine, 2 days      | -- look: back             | expected a line '-- reads: …', came: '-- look: back'
            truck, quarantine, 2 days                | truck                     | 'reads' must be tables and days, as 'truck, 2 days': 'truck'
            truck, quarantine, 2 days                | truck, 0 days             | 'reads' must be tables and days, as 'truck, 2 days': 'truck, 0 days'
            truck, quarantine, 2 days                | truck, 367 days           | reads must be at most 366 days: 367
            24 bytes a reading                       | little                    | 'scans at most' must be '<number> bytes a reading' or 'every byte': 'little'
            24 bytes a reading                       | 0 bytes a reading         | 'scans at most' must be '<number> bytes a reading' or 'every byte': '0 bytes a reading'
            SELECT thing                             | DELETE thing              | expected SELECT or WITH after the head, came: 'DELETE thing'
            SELECT thing                             | SELECT thing;             | expected one statement without ';'
            -- look back                             | -- back                   | came 0
            current_timestamp                        | TIMESTAMP '2026-11-01'    | came 0
            """)
    void aHeadThatIsNotAsAgreedIsRefused(String valid, String wrong, String message) {
        String text = VALID.replace(valid, wrong);
        assertThat(text).isNotEqualTo(VALID);

        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> QueryFile.parse("last_position", text))
                .withMessageStartingWith("query last_position: ").withMessageEndingWith(message);
    }

    @Test
    void aDescriptionThatAthenaWouldRefuseIsRefused() {
        String text = VALID.replace("and when.", "when ".repeat(200));

        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> QueryFile.parse("q", text))
                .withMessageStartingWith("query q: title and description must have at most 1024 characters: ");
    }

    @Test
    void aNameThatIsNoNameIsRefused() {
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> QueryFile.parse("Last", VALID))
                .withMessage("query Last: a name must match [a-z][a-z0-9_]{0,63}");
    }

    @Test
    void aTableThatIsNotThereIsRefused() {
        QueryFile query = QueryFile.parse("last_position", VALID);

        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> query.requireTables(Set.of("truck")))
                .withMessage("query last_position: reads must be tables of the lake, of truck: 'quarantine'");
    }

    @Test
    void aFileThatNobodyListsIsRefusedAndSoIsAListedFileThatIsNotThere(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("one.sql"), VALID);
        Files.writeString(directory.resolve("two.sql"), VALID);

        assertThat(QueryFiles.read(directory, List.of("two", "one"))).extracting(QueryFile::name).containsExactly("two", "one");
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> QueryFiles.read(directory, List.of("one")))
                .withMessage("query file two.sql is in %s and not listed in QueryFiles", directory);
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> QueryFiles.read(directory, List.of("one", "two", "three")))
                .withMessage("query file three.sql is listed and not in %s", directory);
    }
}
