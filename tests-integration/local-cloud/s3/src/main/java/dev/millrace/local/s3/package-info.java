/// Amazon S3 on this machine: s3proxy as a process of its own, because what it drags along fits no other class path.
/// The archive's objects, quarantined packs and on-failure documents rest here, each as a plain file.
package dev.millrace.local.s3;
