package dev.millrace.local.timestream;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The functions of Timestream's dialect that the stand-in answers alike. Every other one is refused: a function that
/// DuckDB happens to have under the same name may mean something else.
final class Functions {
    /// @param duck what it is called in DuckDB; `ts_…` is a macro of functions.sql
    record Function(String duck, int argumentsMin, int argumentsMax) {
    }

    /// Words that stand before a parenthesis and are no functions.
    static final Set<String> KEYWORDS = Set.of("all", "and", "any", "as", "between", "by", "case", "distinct", "else", "except", "exists", "filter",
            "from", "having", "in", "intersect", "is", "join", "like", "not", "on", "or", "over", "select", "some", "then", "union", "using", "values",
            "when", "where", "with");

    /// Words that AWS does not know, that read the clock of the machine, or that would mean something else.
    static final Set<String> REFUSED = Set.of("insert", "update", "delete", "merge", "returning", "qualify", "pivot", "unpivot", "asof", "positional",
            "ilike", "glob", "tablesample", "interval", "lateral", "recursive", "anti", "semi", "exclude", "current_timestamp", "current_date",
            "current_time", "localtime", "localtimestamp", "information_schema", "pg_catalog", "unnest");

    private static final Map<String, Function> ALL = all();

    private Functions() {
    }

    static Function named(String name) {
        Function function = ALL.get(name);
        if (function == null) {
            throw ApiException.validation("The function '%s' is not supported by the local Timestream", name);
        }
        return function;
    }

    private static Map<String, Function> all() {
        var all = new HashMap<String, Function>();
        same(all, 0, 0, "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "pi");
        same(all, 1, 1, "count", "sum", "avg", "min", "max", "stddev", "stddev_pop", "stddev_samp", "variance", "var_pop", "var_samp", "count_if",
                "bool_and", "bool_or", "abs", "sqrt", "cbrt", "exp", "ln", "log2", "log10", "degrees", "radians", "sin", "cos", "tan", "asin", "acos",
                "atan", "isnan", "ntile", "first_value", "last_value", "lower", "upper", "length", "trim", "ltrim", "rtrim", "reverse", "year",
                "quarter", "month", "day", "hour", "minute", "second");
        same(all, 1, 2, "round");
        same(all, 1, 3, "lag", "lead");
        same(all, 2, 2, "mod", "power", "pow", "atan2", "nullif", "strpos", "starts_with", "corr", "covar_pop", "covar_samp", "nth_value");
        same(all, 2, 3, "substr");
        same(all, 3, 3, "replace", "lpad", "rpad", "split_part");
        same(all, 1, Integer.MAX_VALUE, "coalesce");
        all.put("arbitrary", new Function("any_value", 1, 1));
        all.put("every", new Function("bool_and", 1, 1));
        all.put("day_of_week", new Function("isodow", 1, 1));
        all.put("day_of_year", new Function("dayofyear", 1, 1));
        all.put("approx_distinct", new Function("approx_count_distinct", 1, 1));
        all.put("approx_percentile", new Function("ts_approx_percentile", 2, 2));
        // Trino gives the value at the greatest time even if it is null; DuckDB's max_by passes over nulls
        all.put("max_by", new Function("arg_max_null", 2, 2));
        all.put("min_by", new Function("arg_min_null", 2, 2));
        macro(all, 2, 2, "bin");
        macro(all, 1, 1, "from_milliseconds", "from_nanoseconds", "to_milliseconds", "to_nanoseconds", "floor", "ceil");
        all.put("ceiling", new Function("ts_ceil", 1, 1));
        macro(all, 2, 2, "date_trunc");
        macro(all, 3, 3, "date_add", "date_diff");
        macro(all, 2, 4, "concat");
        macro(all, 2, 3, "greatest", "least", "if");
        return Map.copyOf(all);
    }

    private static void same(Map<String, Function> all, int min, int max, String... names) {
        for (String name : names) {
            all.put(name, new Function(name, min, max));
        }
    }

    private static void macro(Map<String, Function> all, int min, int max, String... names) {
        for (String name : names) {
            all.put(name, new Function("ts_" + name, min, max));
        }
    }
}
