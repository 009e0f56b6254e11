/// What Millrace costs on AWS: the price sheet, a metered run priced by it, and formulas that foresee the same lines.
package dev.millrace.cost;
