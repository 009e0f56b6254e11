/// From device to store on the local cloud: what happens between the stations, not inside of them. Most tests share one
/// cloud, each with things of its own, and judge by the stores and by the demo's audit.
package dev.millrace.scenarios;
