from django.urls import path

from relacja.demo.views import carts, checkout, data, shop

app_name = "demo"
urlpatterns = [
    path("shop/", shop.home, name="home"),
    path("shop/categories/<slug:slug>/", shop.category, name="category"),
    path("shop/products/<slug:slug>/", shop.product, name="product"),
    path("shop/pictures/<str:name>.svg", shop.picture, name="picture"),
    path("shop/cart/", carts.cart, name="cart"),
    path("shop/cart/quantity/", carts.quantity, name="quantity"),
    path("shop/checkout/", checkout.checkout, name="checkout"),
    path("shop/orders/<str:token>/", checkout.order, name="order"),
    path("shop/privacy/", shop.privacy, name="privacy"),
    path("settings/demo/", data.data, name="data"),
    path("settings/demo/loading/", data.loading, name="loading"),
    path("settings/demo/removal/", data.removal, name="removal"),
]
