package dev.millrace.deploy;

/// Services that the doctor asks.
enum AwsService {
    CLOUDFORMATION("cloudformation", "cloudformation"),
    GLUE("glue", "glue"),
    IOT("iot", "iot"),
    KINESIS("kinesis", "kinesis"),
    LAMBDA("lambda", "lambda"),
    SERVICE_QUOTAS("servicequotas", "servicequotas"),
    SSM("ssm", "ssm"),
    STS("sts", "sts"),
    TIMESTREAM_WRITE("ingest.timestream", "timestream");

    private final String host;
    private final String signingName;

    AwsService(String host, String signingName) {
        this.host = host;
        this.signingName = signingName;
    }

    /// What the name of its host begins with.
    String host() {
        return host;
    }

    /// By which requests are signed.
    String signingName() {
        return signingName;
    }

    /// The variable that points every AWS client of this service elsewhere (AWS SDKs and Tools Reference Guide, service-specific
    /// endpoints).
    String endpointVariable() {
        return "AWS_ENDPOINT_URL_" + name();
    }
}
