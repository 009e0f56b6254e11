package dev.millrace.local.template;

/// The region and the account that the local cloud plays.
///
/// @param region  as `eu-west-1`
/// @param account twelve digits
public record Partition(String region, String account) {
    public Partition {
        if (region == null || !region.matches("[a-z]{2}(-[a-z]+)+-\\d")) {
            throw new IllegalArgumentException("region expected as eu-west-1: " + region);
        }
        if (account == null || !account.matches("\\d{12}")) {
            throw new IllegalArgumentException("account expected as 12 digits: " + account);
        }
    }

    /// @return `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`
    public String arn(String service, String resource) {
        return "arn:aws:%s:%s:%s:%s".formatted(service, region, account, resource);
    }
}
