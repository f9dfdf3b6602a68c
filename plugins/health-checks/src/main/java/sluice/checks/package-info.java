/** The standard protocol-neutral health checks. */
package sluice.checks;
