package dev.millrace.local.access;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import dev.millrace.local.frontdoor.Call;
import dev.millrace.local.frontdoor.CallAuthority;
import dev.millrace.local.frontdoor.CallRefused;
import dev.millrace.local.iam.RoleRights;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// Denies calls that the policies of the caller's role do not allow, as AWS would, and remembers them.
public final class Authoriser implements CallAuthority {
    /// Different words: a role that lacks the right on a bucket would else fill the memory with keys.
    private static final int DENIALS_MAX = 1_000;

    private volatile Map<String, RoleRights> roles = Map.of();
    private volatile NeededRights needed = new NeededRights("", "", Map.of(), _ -> true);
    private final Map<String, Long> denials = new ConcurrentHashMap<>();

    /// From now on who calls with one of these keys is held to the role's policies.
    ///
    /// @param roles             by access key
    /// @param timestreamRejects the bucket, and behind a slash the prefix, where a table keeps what it rejects late, by the table's ARN
    /// @param objects           whether S3 has an object, by bucket, slash and key
    public void enforce(String region, String account, Map<String, RoleRights> roles, Map<String, String> timestreamRejects,
            Predicate<String> objects) {
        Map<String, Right> rejects = new ConcurrentHashMap<>();
        timestreamRejects.forEach((table, location) -> rejects.put(table, new Right("s3:PutObject", "arn:aws:s3:::%s/report".formatted(location))));
        this.needed = new NeededRights(requireNonNull(region, "region is null"), requireNonNull(account, "account is null"), rejects, requireNonNull(objects, "objects is null"));
        this.roles = Map.copyOf(roles);
    }

    @Override
    public void require(Call call, HttpExchange exchange) throws IOException, CallRefused {
        RoleRights role = roles.get(call.accessKeyId());
        if (role == null) {
            return;
        }
        for (Right right : needed.of(call, exchange)) {
            Optional<String> denial = role.denial(right.action(), right.resource(), right.context());
            if (denial.isPresent()) {
                remember(denial.get());
                throw refusal(call.service(), denial.get());
            }
        }
    }

    private void remember(String denial) {
        if (denials.size() < DENIALS_MAX || denials.containsKey(denial)) {
            denials.merge(denial, 1L, Long::sum);
        }
    }

    /// S3 and the data plane of AWS IoT have names of their own for it, and other statuses; so has Timestream a status.
    private static CallRefused refusal(String service, String message) {
        return switch (service) {
            case "s3" -> new CallRefused(403, "AccessDenied", message);
            case "iotdata" -> new CallRefused(403, "ForbiddenException", message);
            case "timestream" -> new CallRefused(403, "AccessDeniedException", message);
            default -> new CallRefused(400, "AccessDeniedException", message);
        };
    }

    /// What was denied since the start, in the words of AWS, and how often.
    public SortedMap<String, Long> denials() {
        return new TreeMap<>(denials);
    }
}
