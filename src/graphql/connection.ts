import { type ClassType, Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean) hasNextPage: boolean;
  @Field(() => Boolean) hasPreviousPage: boolean;
  @Field(() => String, { nullable: true }) startCursor: string | null;
  @Field(() => String, { nullable: true }) endCursor: string | null;
}

export interface EdgeOf<T> {
  cursor: string;
  node: T;
}

/** The base of an edge type: `class ChatSessionEdge extends Edge(ChatSessionType) {}`. */
export function Edge<T extends object>(Node: ClassType<T>) {
  @ObjectType({ simpleResolvers: true })
  abstract class AnEdge {
    @Field(() => String) cursor: string;
    @Field(() => Node) node: T;
  }
  return AnEdge;
}

/** The base of a connection type: `class ChatSessionConnection extends Connection(ChatSessionType, ChatSessionEdge) {}`. */
export function Connection<T extends object>(Node: ClassType<T>, EdgeType: ClassType<EdgeOf<T>>) {
  @ObjectType({ simpleResolvers: true })
  abstract class AConnection {
    @Field(() => [EdgeType]) edges: EdgeOf<T>[];
    @Field(() => [Node]) nodes: T[];
    @Field(() => PageInfo) pageInfo: PageInfo;
    /** A function is called only where a client selects the field. */
    @Field(() => Int) totalCount: number | (() => number | Promise<number>);
  }
  return AConnection;
}
