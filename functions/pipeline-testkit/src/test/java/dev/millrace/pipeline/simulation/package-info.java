/// The whole flow under one seed: devices, stream, event source mappings, both functions and all stores, in virtual
/// time, with every fault that the design claims to survive. Stands before the flow's parts meet AWS: it runs the real
/// [Pipeline][dev.millrace.pipeline.Pipeline] on simulated stores, and holds the end against a plain reference.
///
/// From the root, `-pl functions/pipeline-testkit -am` each:
///
/// - `mvn verify` runs 2,000 seeds and a few mutants.
/// - `mvn verify -Dsimulation.seed=17` prints the history of seed 17 besides.
/// - `mvn verify -P simulation` runs seeds until it is stopped, or `-Dsimulation.seeds=100000`, from `-Dsimulation.from=0`.
/// - `mvn verify -P mutants` shows that every known kind of defect is found; prints the table of `docs/simulation.md`.
/// - `mvn verify -P open-defects` runs what does not hold yet.
package dev.millrace.pipeline.simulation;
