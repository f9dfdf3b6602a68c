/**
 * Sessions: one client's stay, its search for a backend, its data connections and transfers, and
 * the records of what was done.
 */
package sluice.core.session;
