package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void numbersStandToTheRightAndTextToTheLeft() {
        var table = new TextTable("thing", "taken");
        table.row("truck-00001", 1_234L);
        table.row("b", 7);
        table.rule();
        table.row("total", 1_241);

        assertThat(table.toString()).isEqualTo("""
                  thing        taken
                  ──────────────────
                  truck-00001  1,234
                  b                7
                  ──────────────────
                  total        1,241
                """);
    }
}
