/** The command line: the verbs of {@code gateway.sh}. */
package sluice.core.cli;
