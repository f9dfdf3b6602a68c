/** The standard balancing strategies. */
package sluice.balancers;
