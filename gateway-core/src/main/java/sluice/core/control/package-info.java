/** The control socket and its verbs. */
package sluice.core.control;
