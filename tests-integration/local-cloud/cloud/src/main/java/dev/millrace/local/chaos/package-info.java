/// Bad luck by a seed, for everything that is behind the front door: what the demo's option `--chaos` lets loose.
package dev.millrace.local.chaos;
