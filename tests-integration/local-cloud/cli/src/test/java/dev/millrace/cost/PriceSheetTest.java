package dev.millrace.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.local.meter.BilledUnit;
import dev.millrace.local.meter.Usage;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PriceSheetTest {
    @Test
    void everyUnitThatIsMeteredHasAPriceWithItsSource() {
        PriceSheet sheet = PriceSheet.shipped();

        assertThat(sheet.prices()).containsOnlyKeys(BilledUnit.values());
        assertThat(sheet.region()).isEqualTo("us-east-1");
        assertThat(sheet.date()).matches("\\d{4}-\\d\\d-\\d\\d");
    }

    @Test
    void aPriceThatIsNotVerifiedIsListedWithHowToCheck() throws Exception {
        String list = Files.readString(Path.of("../../../docs/verify-on-aws.md"));

        PriceSheet.shipped().prices().forEach((unit, price) -> {
            if (!price.isVerified()) {
                assertThat(list).contains("`%s`".formatted(unit.id()));
            }
        });
    }

    @Test
    void aSheetWithoutAPriceOrWithOneTooManyIsRefusedByName() throws Exception {
        ObjectNode without = sheet();
        without.withObject("/prices").remove("s3.reads");
        assertThatThrownBy(() -> PriceSheet.of(without)).hasMessageContaining("no price for s3.reads");

        ObjectNode negative = sheet();
        negative.withObject("/prices/s3.reads").put("usd", -1);
        assertThatThrownBy(() -> PriceSheet.of(negative)).hasMessageContaining("s3.reads needs usd from 0");

        ObjectNode more = sheet();
        more.withObject("/prices/s3.dreams").put("usd", 1);
        assertThatThrownBy(() -> PriceSheet.of(more)).hasMessageContaining("26 prices for 25");
    }

    @Test
    void aBillTellsWhatIsThereWithoutAReadingFromWhatGrows() {
        Usage usage = new Usage.Sum().add(BilledUnit.KINESIS_SHARD_HOURS, 730).add(BilledUnit.DYNAMODB_WRITE_UNITS, 2e6).total();

        Bill bill = Bill.of(usage, PriceSheet.shipped());

        assertThat(bill.fixed()).isEqualTo(730 * 0.015);
        assertThat(bill.growing()).isEqualTo(1.25);
    }

    private static ObjectNode sheet() throws Exception {
        try (InputStream in = PriceSheet.class.getResourceAsStream("prices.json")) {
            return (ObjectNode) new ObjectMapper().readTree(in);
        }
    }
}
