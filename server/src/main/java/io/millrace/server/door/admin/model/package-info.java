/**
 * The values of the admin API as its OpenAPI document describes them: immutable records that
 * Jackson writes and reads, with the constraints that input is checked against. No behaviour.
 */
@NullMarked
package io.millrace.server.door.admin.model;

import org.jspecify.annotations.NullMarked;
