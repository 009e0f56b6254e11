package dev.millrace.local.frontdoor;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/// Decides whether who calls may do what is asked. Called from many threads at once, on the thread of the call, before the
/// gates.
@FunctionalInterface
public interface CallAuthority {
    /// @param exchange whoever reads its body must leave it to be read again
    /// @throws CallRefused if it is denied; the caller gets this as the service's error, and no stand-in sees the call
    void require(Call call, HttpExchange exchange) throws IOException, CallRefused;
}
