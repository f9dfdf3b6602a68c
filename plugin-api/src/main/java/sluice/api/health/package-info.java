/** Health checks: whether a backend can serve. */
package sluice.api.health;
