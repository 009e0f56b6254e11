/// Sim.
package dev.millrace.pipeline.simulation;
