"""Contracts as people write them, each in another fashion, for tests of what is made of them."""

from __future__ import annotations

from typing import Final

PETS: Final = """
servers: [{url: /v1}]
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100, default: 20}}
        - {name: offset, in: query, schema: {type: integer, minimum: 0}}
        - {name: status, in: query, schema: {type: array, items: {type: string}}}
        - {name: tag, in: query, schema: {type: string}}
        - {name: sort, in: query, schema: {type: string}}
        - {name: q, in: query, schema: {type: string}}
      responses:
        '200':
          description: ''
          headers: {X-Total-Count: {schema: {type: integer}}}
          content:
            application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}
    post:
      operationId: createPet
      requestBody: {$ref: '#/components/requestBodies/Pet'}
      responses:
        '201':
          description: ''
          headers: {Location: {schema: {type: string}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
  /pets/{petId}:
    parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: getPet
      responses:
        '200': {$ref: '#/components/responses/Pet'}
        '404':
          description: ''
          content:
            application/json:
              schema: {type: object, required: [message], properties: {message: {type: string}}}
              example: {message: No such pet}
    put:
      operationId: replacePet
      requestBody: {$ref: '#/components/requestBodies/Pet'}
      responses: {'200': {$ref: '#/components/responses/Pet'}}
    patch:
      operationId: patchPet
      requestBody:
        required: true
        content:
          application/merge-patch+json: {schema: {type: object}}
          application/json-patch+json: {schema: {type: array, items: {type: object}}}
      responses: {'200': {$ref: '#/components/responses/Pet'}}
    delete:
      operationId: deletePet
      responses: {'204': {description: ''}}
components:
  requestBodies:
    Pet:
      required: true
      content: {application/json: {schema: {$ref: '#/components/schemas/NewPet'}}}
  responses:
    Pet:
      description: ''
      content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
  schemas:
    NewPet:
      type: object
      required: [name]
      properties:
        name: {type: string, minLength: 1}
        tag: {type: string}
        weight: {type: number}
        secret: {type: string, writeOnly: true}
        legs: {type: integer, default: 4}
    Pet:
      allOf:
        - {$ref: '#/components/schemas/NewPet'}
        - type: object
          required: [id, status, createdAt]
          properties:
            id: {type: integer, format: int64, readOnly: true}
            status: {type: string, enum: [available, sold], readOnly: true}
            createdAt: {type: string, format: date-time}
            updatedAt: {type: string, format: date-time}
            deletedAt: {type: string, format: date-time, nullable: true}
"""

SHELVES: Final = """
paths:
  /users:
    get: {operationId: listUsers, responses: {'200': {$ref: '#/components/responses/Users'}}}
    post:
      operationId: createUser
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
      responses: {'201': {$ref: '#/components/responses/User'}}
  /users/{userId}:
    parameters: [{name: userId, in: path, required: true, schema: {type: string}}]
    get: {operationId: getUser, responses: {'200': {$ref: '#/components/responses/User'}}}
    delete: {operationId: deleteUser, responses: {'204': {description: ''}}}
  /users/{userId}/posts:
    parameters: [{name: userId, in: path, required: true, schema: {type: string}}]
    get: {operationId: listPosts, responses: {'200': {$ref: '#/components/responses/Posts'}}}
    post:
      operationId: createPost
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Post'}}}}
      responses: {'201': {$ref: '#/components/responses/Post'}}
  /users/{id}/posts/{post_id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - {name: post_id, in: path, required: true, schema: {type: integer}}
    get: {operationId: getPost, responses: {'200': {$ref: '#/components/responses/Post'}}}
    delete: {operationId: deletePost, responses: {'204': {description: ''}}}
  /users/{userId}/posts/{postId}/comments:
    parameters:
      - {name: userId, in: path, required: true, schema: {type: string}}
      - {name: postId, in: path, required: true, schema: {type: integer}}
    get: {operationId: listComments, responses: {'200': {$ref: '#/components/responses/Comments'}}}
    post:
      operationId: createComment
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Comment'}}}}
      responses: {'201': {$ref: '#/components/responses/Comment'}}
  /users/{userId}/posts/{postId}/comments/{commentId}:
    parameters:
      - {name: userId, in: path, required: true, schema: {type: string}}
      - {name: postId, in: path, required: true, schema: {type: integer}}
      - {name: commentId, in: path, required: true, schema: {type: integer}}
    get: {operationId: getComment, responses: {'200': {$ref: '#/components/responses/Comment'}}}
components:
  responses:
    User: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
    Users:
      description: ''
      content:
        application/json: {schema: {type: array, items: {$ref: '#/components/schemas/User'}}}
    Post: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Post'}}}}
    Posts:
      description: ''
      content:
        application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Post'}}}
    Comment:
      description: ''
      content: {application/json: {schema: {$ref: '#/components/schemas/Comment'}}}
    Comments:
      description: ''
      content:
        application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Comment'}}}
  schemas:
    User:
      type: object
      properties: {id: {type: string, format: uuid}, name: {type: string}}
    Post:
      type: object
      required: [id, title]
      properties:
        id: {type: integer}
        title: {type: string}
        user_id: {type: string}
    Comment:
      type: object
      required: [id, title]
      properties: {id: {type: integer}, title: {type: string}, postId: {type: integer}}
"""

STRIPE: Final = """
servers: [{url: 'https://api.example.com/'}]
paths:
  /v1/customers:
    get:
      operationId: GetCustomers
      parameters:
        - {name: email, in: query, schema: {type: string}}
        - {name: ending_before, in: query, schema: {type: string}}
        - {name: limit, in: query, schema: {type: integer}}
        - {name: starting_after, in: query, schema: {type: string}}
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema:
                type: object
                required: [data, has_more, object, url]
                properties:
                  data: {type: array, items: {$ref: '#/components/schemas/customer'}}
                  has_more: {type: boolean}
                  object: {type: string, enum: [list]}
                  url: {type: string, pattern: '^/v1/customers', example: /v1/customers}
    post:
      operationId: PostCustomers
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              properties: {email: {type: string}, name: {type: string}}
              additionalProperties: false
      responses: {'200': {$ref: '#/components/responses/customer'}}
  /v1/customers/{customer}:
    parameters: [{name: customer, in: path, required: true, schema: {type: string}}]
    get: {operationId: GetCustomer, responses: {'200': {$ref: '#/components/responses/customer'}}}
    post:
      operationId: PostCustomer
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: {type: object, properties: {email: {type: string}, name: {type: string}}}
      responses: {'200': {$ref: '#/components/responses/customer'}}
    delete:
      operationId: DeleteCustomer
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema:
                type: object
                required: [deleted, id, object]
                properties:
                  deleted: {type: boolean, enum: [true]}
                  id: {type: string}
                  object: {type: string, enum: [customer]}
components:
  responses:
    customer:
      description: ''
      content: {application/json: {schema: {$ref: '#/components/schemas/customer'}}}
  schemas:
    customer:
      type: object
      required: [id, object, created, livemode]
      properties:
        created: {type: integer}
        email: {type: string, nullable: true}
        id: {type: string, maxLength: 5000, example: cus_NffrFeUfNV2Hib}
        livemode: {type: boolean}
        name: {type: string}
        object: {type: string, enum: [customer]}
"""

ISSUES: Final = """
paths:
  /repos/{owner}/{repo}: {get: {operationId: getRepo, parameters: [
    {name: owner, in: path, required: true, schema: {type: string}},
    {name: repo, in: path, required: true, schema: {type: string}}],
    responses: {'200': {description: '', content: {application/json: {schema: {type: object}}}}}}}
  /repos/{owner}/{repo}/issues:
    parameters:
      - {name: owner, in: path, required: true, schema: {type: string}}
      - {name: repo, in: path, required: true, schema: {type: string}}
    get:
      operationId: listIssues
      parameters:
        - {name: state, in: query, schema: {type: string, enum: [open, closed, all], default: open}}
        - {name: sort, in: query, schema: {type: string, enum: [created, title], default: created}}
        - {name: direction, in: query, schema: {type: string, enum: [asc, desc], default: desc}}
        - {name: per_page, in: query, schema: {type: integer, default: 30}}
        - {name: page, in: query, schema: {type: integer, default: 1}}
      responses:
        '200':
          description: ''
          headers: {Link: {schema: {type: string}}}
          content:
            application/json: {schema: {type: array, items: {$ref: '#/components/schemas/issue'}}}
    post:
      operationId: createIssue
      requestBody:
        content:
          application/json:
            schema: {type: object, required: [title], properties: {title: {type: string}}}
      responses: {'201': {$ref: '#/components/responses/issue'}}
  /repos/{owner}/{repo}/issues/{issue_number}:
    parameters:
      - {name: owner, in: path, required: true, schema: {type: string}}
      - {name: repo, in: path, required: true, schema: {type: string}}
      - {name: issue_number, in: path, required: true, schema: {type: integer}}
    get: {operationId: getIssue, responses: {'200': {$ref: '#/components/responses/issue'}}}
    patch:
      operationId: updateIssue
      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {title: {type: string}, state: {type: string}}}
      responses: {'200': {$ref: '#/components/responses/issue'}}
components:
  responses:
    issue:
      description: ''
      content: {application/json: {schema: {$ref: '#/components/schemas/issue'}}}
  schemas:
    issue:
      type: object
      required: [id, number, title, state, created_at, closed_at, user]
      properties:
        id: {type: integer}
        number: {type: integer}
        title: {type: string}
        state: {type: string, enum: [open, closed]}
        created_at: {type: string, format: date-time}
        closed_at: {type: string, format: date-time, nullable: true}
        user: {type: object, required: [login], properties: {login: {type: string}}}
"""

ARTICLES: Final = """
paths:
  /articles:
    get:
      operationId: listArticles
      parameters:
        - {name: cursor, in: query, schema: {type: string}}
        - {name: pageSize, in: query, schema: {type: integer, default: 2}}
        - {name: author, in: query, schema: {type: string}}
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema:
                type: object
                required: [articles, meta]
                properties:
                  articles: {type: array, items: {$ref: '#/components/schemas/Article'}}
                  meta:
                    type: object
                    required: [total, nextCursor]
                    properties:
                      total: {type: integer}
                      pageSize: {type: integer}
                      nextCursor: {type: string, nullable: true}
    post:
      operationId: createArticle
      requestBody: {$ref: '#/components/requestBodies/article'}
      responses: {'201': {$ref: '#/components/responses/article'}}
  /articles/{slug}:
    parameters: [{name: slug, in: path, required: true, schema: {type: string}}]
    get: {operationId: getArticle, responses: {'200': {$ref: '#/components/responses/article'}}}
    put:
      operationId: updateArticle
      requestBody: {$ref: '#/components/requestBodies/article'}
      responses: {'200': {$ref: '#/components/responses/article'}}
    delete: {operationId: deleteArticle, responses: {'200': {description: ''}}}
  /articles/{slug}/favorite:
    parameters: [{name: slug, in: path, required: true, schema: {type: string}}]
    post: {operationId: favorite, responses: {'200': {$ref: '#/components/responses/article'}}}
components:
  requestBodies:
    article:
      content:
        application/json:
          schema:
            type: object
            required: [article]
            properties:
              article:
                type: object
                required: [title]
                properties: {title: {type: string}, author: {type: string}}
  responses:
    article:
      description: ''
      content:
        application/json:
          schema:
            type: object
            required: [article]
            properties: {article: {$ref: '#/components/schemas/Article'}}
  schemas:
    Article:
      type: object
      required: [slug, title, favorited]
      properties:
        slug: {type: string}
        title: {type: string}
        author: {type: string}
        favorited: {type: boolean}
"""

SETTINGS: Final = """
paths:
  /files/{fileName}:
    parameters: [{name: fileName, in: path, required: true, schema: {type: string}}]
    get:
      operationId: getFile
      responses: {'200': {$ref: '#/components/responses/file'}}
    put:
      operationId: putFile
      parameters: [{name: If-Match, in: header, schema: {type: string}}]
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses:
        '200': {$ref: '#/components/responses/file'}
        '201': {$ref: '#/components/responses/file'}
    delete:
      operationId: deleteFile
      parameters: [{name: If-Match, in: header, schema: {type: string}}]
      responses: {'204': {description: ''}}
components:
  responses:
    file:
      description: ''
      headers: {ETag: {schema: {type: string}}}
      content: {application/json: {schema: {type: object}}}
"""

READ_ONLY: Final = """
paths:
  /countries:
    get:
      operationId: listCountries
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Country'}}
  /countries/{code}:
    get:
      operationId: getCountry
      parameters: [{name: code, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: ''
          content: {application/json: {schema: {$ref: '#/components/schemas/Country'}}}
components:
  schemas:
    Country: {type: object, properties: {code: {type: string}, name: {type: string}}}
"""
