/** Balancing strategies: which of the fit backends takes a session. */
package sluice.api.balance;
