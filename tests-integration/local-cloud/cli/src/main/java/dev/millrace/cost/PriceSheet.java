package dev.millrace.cost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.local.meter.BilledUnit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;

/// Prices of one region on one day, from `prices.json` beside this class. They are list prices, without free tiers, taxes
/// and agreements; the first tier where a price has several.
///
/// @param region as `us-east-1`
/// @param date   of the latest look at any of them
public record PriceSheet(String region, String date, Map<BilledUnit, Price> prices) {
    /// Of one unit, in US dollars.
    ///
    /// @param service    for people
    /// @param unit       for people, in the plural
    /// @param dollars    for `per` units
    /// @param isVerified whether the source is AWS's own list or a dated quotation of it; else docs/verify-on-aws.md says how to check
    public record Price(String service, String unit, double dollars, long per, String source, boolean isVerified) {
        double of(double amount) {
            return amount * dollars / per;
        }
    }

    public PriceSheet {
        prices = Map.copyOf(prices);
        for (BilledUnit unit : BilledUnit.values()) {
            if (!prices.containsKey(unit)) {
                throw new IllegalArgumentException("prices.json has no price for " + unit.id());
            }
        }
    }

    /// The one that ships.
    public static PriceSheet shipped() {
        try (InputStream in = PriceSheet.class.getResourceAsStream("prices.json")) {
            return of(new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static PriceSheet of(JsonNode sheet) {
        Map<BilledUnit, Price> prices = new EnumMap<>(BilledUnit.class);
        JsonNode lines = sheet.path("prices");
        for (BilledUnit unit : BilledUnit.values()) {
            JsonNode line = lines.path(unit.id());
            if (!line.isMissingNode()) {
                prices.put(unit, new Price(text(line, unit, "service"), text(line, unit, "unit"), line.path("usd").asDouble(-1), line.path("per").asLong(0),
                        text(line, unit, "source"), line.path("verified").asBoolean()));
                if (prices.get(unit).dollars() < 0 || prices.get(unit).per() < 1) {
                    throw new IllegalArgumentException("prices.json: %s needs usd from 0 on and per from 1 on: %s".formatted(unit.id(), line));
                }
            }
        }
        if (lines.size() != prices.size()) {
            throw new IllegalArgumentException("prices.json has %d prices for %d units that are metered".formatted(lines.size(), prices.size()));
        }
        return new PriceSheet(sheet.path("region").asText(), sheet.path("date").asText(), prices);
    }

    private static String text(JsonNode line, BilledUnit unit, String member) {
        String text = line.path(member).asText();
        if (text.isBlank()) {
            throw new IllegalArgumentException("prices.json: %s has no %s".formatted(unit.id(), member));
        }
        return text;
    }

    Price price(BilledUnit unit) {
        return prices.get(unit);
    }

    /// Of one line of a bill, in US dollars.
    public double cost(BilledUnit unit, double amount) {
        return price(unit).of(amount);
    }
}
