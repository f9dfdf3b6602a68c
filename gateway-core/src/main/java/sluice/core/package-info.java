/** The gateway: start, reload, stop, and the assembly of its parts. */
package sluice.core;
