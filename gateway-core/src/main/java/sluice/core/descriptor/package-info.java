/** The descriptor: from text to records, with all problems at once. */
package sluice.core.descriptor;
