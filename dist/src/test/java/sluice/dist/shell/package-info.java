/** Each verb of the packaged {@code gateway.sh}, run as a user would: as a process of its own. */
package sluice.dist.shell;
