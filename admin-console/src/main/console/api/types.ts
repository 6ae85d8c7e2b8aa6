// The API's values, as its OpenAPI document describes them.
import type { components } from "#api";

type Schemas = components["schemas"];

export type ServerInfo = Schemas["ServerInfo"];
export type SessionInfo = Schemas["SessionInfo"];
export type DestinationRow = Schemas["DestinationRow"];
export type DestinationDetail = Schemas["DestinationDetail"];
export type CreateDestination = Schemas["CreateDestination"];
export type Changes = Schemas["Changes"];
export type Body = Schemas["Body"];
export type Property = Schemas["Property"];
export type Header = Schemas["Header"];
export type Message = Schemas["Message"];
export type MessagePage = Schemas["MessagePage"];
export type SendMessage = Schemas["SendMessage"];
export type Sent = Schemas["Sent"];
export type Problem = Schemas["Problem"];
