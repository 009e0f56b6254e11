/// Holds callers of the front door to the policies of their role: which rights a call needs is read from the request, whether
/// the role has them from the template. What a caller may do who has no role here, an operator, is not limited.
package dev.millrace.local.access;
