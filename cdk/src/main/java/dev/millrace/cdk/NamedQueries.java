package dev.millrace.cdk;

import java.util.List;
import java.util.Set;
import software.amazon.awscdk.services.athena.CfnNamedQuery;
import software.constructs.Construct;

/// The shipped queries where an analyst finds them: the saved queries of the workgroup.
final class NamedQueries extends Construct {
    /// @param database  the Glue database in which the queries' tables are looked up
    /// @param workgroup the Athena workgroup
    /// @param tables    that there are in the database, views included
    record Props(String database, String workgroup, Set<String> tables, List<QueryFile> queries) {
    }

    /// @throws ConfigException if a query reads a table that is not there
    NamedQueries(Construct scope, String id, Props props) {
        super(scope, id);
        for (QueryFile query : props.queries()) {
            query.requireTables(props.tables());
            CfnNamedQuery.Builder.create(this, query.name())
                    .name(query.name())
                    .description(query.athenaDescription())
                    .database(props.database())
                    .workGroup(props.workgroup())
                    .queryString(query.text())
                    .build();
        }
    }
}
